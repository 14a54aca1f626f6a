import leven from 'leven';

/** Longer words are no typing errors of a name, and comparing them takes time. */
const maxLength = 60;

/**
 * The known name that somebody probably meant: the same in another case, or a letter or two away.
 *
 * @example
 * nearMiss('Durration', ['duration', 'quality']); // 'duration'
 */
export function nearMiss(given: string, known: readonly string[]): string | undefined {
  if (given.length > maxLength) {
    return undefined;
  }
  const written = given.toLowerCase();
  const maxDistance = Math.max(1, Math.floor(given.length / 4));
  let nearest: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const distance = leven(written, name.toLowerCase(), { maxDistance: maxDistance + 1 });
    if (distance <= maxDistance && distance < (nearest?.distance ?? Infinity)) {
      nearest = { name, distance };
    }
  }
  return nearest?.name;
}

/** ` Did you mean …?`, to go after a sentence; empty when nothing known is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearMiss(given, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}
