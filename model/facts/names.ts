/** How devices at home find the host names. */
export interface Names {
  /** Who answers for them. */
  readonly by: 'router' | 'boards';
  /** Every host name with the address that it leads to at home, in order of name. */
  readonly records: readonly { readonly host: string; readonly address: string }[];
}
