/** The sealed text cannot be opened: another key, another row, or changed bytes. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code = 'vault';
}

/** Encrypts what must not be read from the database. */
export interface Vault {
  /** @param rowId bound into the seal: a sealed text that is copied to another row does not open there */
  seal(rowId: string, plaintext: string): string;
  /** @throws VaultError */
  open(rowId: string, sealed: string): string;
  /** Whether a text was sealed with the key that seals now; false when an older one is still needed for it. */
  isCurrent(sealed: string): boolean;
}
