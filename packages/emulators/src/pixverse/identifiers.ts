const firstIdentifier = 300_000_000_000_000_000n;
const identifierRange = 99_999_999_999_999_999n;

/**
 * A new 18-digit id as decimal digits. It is never one that survives a 64-bit float, so that a client which parses JSON into floats
 * fails at the first id and not at some.
 */
export function createIdentifier(random: () => number, isTaken: (id: string) => boolean): string {
  // One call of `random` has 53 bits; two cover the 57 bits of the range evenly enough.
  const high = BigInt(Math.floor(random() * 2 ** 30));
  const low = BigInt(Math.floor(random() * 2 ** 30));
  let id = firstIdentifier + (((high << 30n) + low) % identifierRange);
  while (BigInt(Number(id)) === id || isTaken(id.toString())) {
    id += 1n;
  }
  return id.toString();
}
