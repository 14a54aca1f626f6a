/** The render time that words in a prompt ask for. */
export interface RenderTime {
  /** Exact render time, instead of a drawn one. */
  readonly renderSeconds: number | null;
  /** Multiplies a drawn render time. */
  readonly slowness: number;
}

/** Reads `[seconds:N]` and `[slow]`. */
export function renderTimeIn(prompt: string): RenderTime {
  return {
    renderSeconds: numberIn(prompt, /\[seconds:(\d+(?:\.\d+)?)\]/),
    slowness: prompt.includes('[slow]') ? 10 : 1,
  };
}

/**
 * The seconds that a generation takes. A number is drawn also where an exact time makes it superfluous, so that a trigger
 * word changes nothing for the generations after it.
 */
export function drawRenderSeconds(
  [shortest, longest]: readonly [number, number],
  random: () => number,
  { renderSeconds, slowness }: RenderTime,
): number {
  const drawn = (shortest + random() * (longest - shortest)) * slowness;
  return renderSeconds ?? drawn;
}

/** The number that the first group of a pattern finds. */
export function numberIn(prompt: string, pattern: RegExp): number | null {
  const digits = pattern.exec(prompt)?.[1];
  return digits === undefined ? null : Number(digits);
}
