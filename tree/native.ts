/** Loads the native module, which costs 15 ms: only a run that writes needs it. */
export function native(): typeof import('fs-native-extensions') {
  return require('fs-native-extensions');
}
