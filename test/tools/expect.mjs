/** @param {unknown} isRight @param {string} otherwise what is wrong where it is not. @throws it */
export function expect(isRight, otherwise) {
  if (!isRight) throw new Error(otherwise);
}
