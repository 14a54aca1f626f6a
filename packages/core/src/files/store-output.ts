import type { Warning } from '@pixsim7/contracts';
import type { ProviderOutput } from '@pixsim7/providers/contract';
import { UnreadableMediaError } from '../ports/index.ts';
import type { MediaFacts, ReceivedFile } from '../ports/index.ts';
import { countsAsLook, decideOutput, maxLooks } from '../rules/output-looks.ts';
import type { LookCount } from './look-count.ts';
import { keepFile, wrongMediaType } from './store-file.ts';
import type { StoreDependencies, StoredFile, WrongMediaTypeError } from './store-file.ts';

/** An output that is in the store, and what the job has to say about it. */
export interface StoredOutput {
  readonly stored: StoredFile;
  readonly warning: Warning | null;
}

/** An output of an attempt, and its bytes on their way. */
export interface FetchedOutput {
  readonly output: ProviderOutput;
  readonly index: number;
  readonly source: AsyncIterable<Uint8Array>;
  readonly maxBytes: number;
  /** Whether the time for fetching it again is over. */
  readonly isLastFetch: boolean;
}

type Look =
  | {
      readonly facts: MediaFacts;
      readonly trouble: WrongMediaTypeError | null;
    }
  | { readonly facts: null; readonly trouble: UnreadableMediaError };

/**
 * The way of a paid file into the store. It is never thrown away because it cannot be read: when looking fails often enough
 * the bytes are kept unread, in quarantine.
 *
 * @throws TooManyBytesError, StaleRowError, whatever the source throws, and UnreadableMediaError or WrongMediaTypeError when the
 * file should be fetched again
 */
export async function storeOutput(
  dependencies: StoreDependencies,
  fetched: FetchedOutput,
  looks: LookCount,
): Promise<StoredOutput> {
  const { blobs } = dependencies;
  const { output, index, isLastFetch } = fetched;
  const file = await blobs.receive(fetched.source, fetched);
  try {
    if (looks.of(index) >= maxLooks) {
      return await keepUnseen(dependencies, file, fetched);
    }
    await looks.begin(index);
    const count = looks.of(index);
    const look = await lookInto(dependencies, file, output).catch(async (error: unknown) => {
      // The look did not take place, for a reason of this machine.
      await looks.takeBack(index);
      throw error;
    });
    if (look.facts === null) {
      const { flaw, mimeType, message } = look.trouble;
      if (!countsAsLook(flaw)) {
        await looks.takeBack(index);
      }
      if (decideOutput({ kind: 'unreadable', flaw }, count, isLastFetch) === 'fetch_again') {
        throw look.trouble;
      }
      return await keepUnprobed(dependencies, file, output, mimeType, message);
    }
    const { facts, trouble } = look;
    const kind = trouble === null ? 'as_expected' : 'other_type';
    if (trouble !== null && decideOutput({ kind }, count, isLastFetch) === 'fetch_again') {
      await looks.takeBack(index);
      throw trouble;
    }
    const stored = await keepFile(dependencies, file, { kind: 'probed', facts }, looks.takeBackIn(index));
    return { stored, warning: trouble === null ? null : otherTypeWarning(facts, output) };
  } finally {
    await blobs.discard(file);
  }
}

async function lookInto(
  dependencies: StoreDependencies,
  file: ReceivedFile,
  { mediaType }: ProviderOutput,
): Promise<Look> {
  try {
    const facts = await dependencies.media.probe(file.path);
    return {
      facts,
      trouble: facts.mediaType === mediaType ? null : wrongMediaType(facts, mediaType),
    };
  } catch (error) {
    if (error instanceof UnreadableMediaError) {
      return { facts: null, trouble: error };
    }
    throw error;
  }
}

/** Reading the file ended the server each time, so nobody looks any more; an error page in its place is not kept for it. */
async function keepUnseen(
  dependencies: StoreDependencies,
  file: ReceivedFile,
  { output, isLastFetch }: FetchedOutput,
): Promise<StoredOutput> {
  const mimeType = await dependencies.media.claimedType(file.path);
  if (mimeType === null && !isLastFetch) {
    throw new UnreadableMediaError('This does not look like a media file.', { flaw: 'not_media' });
  }
  return keepUnprobed(dependencies, file, output, mimeType, 'reading it ended the server each time.');
}

async function keepUnprobed(
  dependencies: StoreDependencies,
  file: ReceivedFile,
  { mediaType }: ProviderOutput,
  mimeType: string | null,
  reason: string,
): Promise<StoredOutput> {
  const content = { kind: 'unprobed', mediaType, mimeType: mimeType ?? 'application/octet-stream' } as const;
  const stored = await keepFile(dependencies, file, content);
  dependencies.logger.warn({ hash: file.hash, bytes: file.bytes, reason }, 'output kept unread');
  return {
    stored,
    warning: {
      code: 'output_unprobed',
      detail: `The file from the provider could not be read: ${reason} It was paid for, so it is kept unchanged. You can download it, but no job can use it.`,
    },
  };
}

function otherTypeWarning(facts: MediaFacts, { mediaType }: ProviderOutput): Warning {
  return {
    code: 'output_of_other_type',
    detail: `The provider should have made a ${mediaType}. For a day its file was ${facts.mimeType} instead, so that is kept.`,
  };
}
