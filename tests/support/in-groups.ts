/** Does the work for each item, a few at a time. Results are in the order of the items. */
export async function inGroups<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const runOne = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      results[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: atATime }, runOne));
  return results;
}
