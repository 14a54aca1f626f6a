const seconds = { s: 1, m: 60, h: 3_600, d: 24 * 3_600 } as const;

/** A time as people write it: `30m`, `24h`, `7d`, or `0`. In seconds; null when it is none. */
export function parseDuration(text: string): number | null {
  if (text === '0') {
    return 0;
  }
  const [, amount, unit] = /^(\d{1,9})([smhd])$/u.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * seconds[unit as keyof typeof seconds];
}
