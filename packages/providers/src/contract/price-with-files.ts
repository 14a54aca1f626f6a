import type { InputSlot, Price } from './mapping.ts';

/** A file made to last 5 s often lasts a frame longer; nobody is charged a second for that. */
const toleranceS = 0.05;

/**
 * The price once the files are known, where it goes by their length: every started second of all of them together.
 *
 * @param durationOf length of the file in a slot in seconds; undefined while it is not known
 * @returns the price as it was while a length is missing
 */
export function priceWithFiles(
  price: Price,
  slots: readonly InputSlot[],
  durationOf: (slot: InputSlot) => number | null | undefined,
): Price {
  const { perInputSecond } = price;
  if (perInputSecond === undefined) {
    return price;
  }
  let seconds = 0;
  for (const slot of slots.filter(({ role }) => role === perInputSecond.role)) {
    const durationS = durationOf(slot);
    if (durationS === undefined || durationS === null) {
      return price;
    }
    seconds += durationS;
  }
  const { perInputSecond: _known, ...rest } = price;
  return { ...rest, credits: perInputSecond.credits * Math.max(1, Math.ceil(seconds - toleranceS)) };
}
