/** A strange status is shown to this many polls after the end, and to all before. */
const pollsAfterEnd = 2;

/** Counts the polls of each generation, and tells whether this one is still shown a strange status. */
export function createStrangePolls(): (id: string, isEnded: boolean) => boolean {
  const pollsOf = new Map<string, number>();
  return (id, isEnded) => {
    const polls = pollsOf.get(id) ?? 0;
    if (polls >= pollsAfterEnd) {
      return false;
    }
    if (isEnded) {
      pollsOf.set(id, polls + 1);
    }
    return true;
  };
}
