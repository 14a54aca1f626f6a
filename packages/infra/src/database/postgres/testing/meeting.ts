/** Everybody waits until this many have come. */
export function createMeeting(size: number): () => Promise<void> {
  let arrived = 0;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return () => {
    arrived += 1;
    if (arrived >= size) {
      begin();
    }
    return begun;
  };
}
