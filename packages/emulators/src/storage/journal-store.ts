import { openJournal } from './journal.ts';

/** Facts that are written down before anybody sees them. */
export interface JournalStore<Entry> {
  /** Writes the facts down, as one, and only then lets them be seen. */
  commit(entries: readonly Entry[]): void;
  close(): void;
}

/**
 * Applies the facts of a journal in their order, and then each that is committed.
 *
 * @param file null keeps everything in memory
 * @param keep drops facts that are too old to matter, at the start
 */
export function openJournalStore<Entry>(
  file: string | null,
  apply: (entry: Entry) => void,
  keep: (entry: Entry) => boolean = () => true,
): JournalStore<Entry> {
  const { journal, entries } = openJournal<Entry>(file, keep);
  entries.forEach(apply);
  return {
    commit(group) {
      journal.append(group);
      group.forEach(apply);
    },
    close: () => journal.close(),
  };
}
