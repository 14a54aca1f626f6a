/** As the ledger writes a moment: `2026-09-18 00:00:00`, in UTC. */
export function ledgerTimeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** Milliseconds since 1970, or null for what is not such a moment. */
export function parseLedgerTime(text: string): number | null {
  const milliseconds = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isFinite(milliseconds) && ledgerTimeOf(milliseconds) === text ? milliseconds : null;
}
