import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { UnreadableMediaError } from '@pixsim7/core';
import type { Logger, MediaFacts, MediaReader } from '@pixsim7/core';
import { createMediaReader } from '@pixsim7/infra';
import { Random } from '../../simulation/machine/random.ts';
import { loadCorpus } from './corpus.ts';
import { watchMemory } from './memory-watch.ts';
import { mutate } from './mutate.ts';

export interface FuzzOptions {
  readonly runs: number;
  /** Run number n uses this seed plus n, so that one run can be repeated alone. */
  readonly seed: number;
  /** Called after each so many runs. */
  readonly onProgress?: (done: number) => void;
}

export interface FuzzReport {
  readonly runs: number;
  /** Answers by what they say: `facts`, or why a file cannot be read. */
  readonly answers: Readonly<Record<string, number>>;
  /** Violations, each with the seed of its run. */
  readonly violations: readonly string[];
  readonly longestAnswerMs: number;
  readonly longestStallMs: number;
  /** Memory of this process and of its children that is their own, in bytes; 0 where the system does not tell. */
  readonly peakOwnBytes: number;
  readonly peakChildrenBytes: number;
}

/** As many as a busy server reads at one time; more than there are children, so that some wait. */
const atOneTime = 4;
/** The bound of one answer by the clock is 90 seconds, and three others may have to end before it. */
const longestWaitMs = 4 * 90_000;
const progressEvery = 1_000;

/** Shows wounded files to the media reader, and watches the process that asks. */
export async function fuzzMedia({ runs, seed, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const corpus = await loadCorpus();
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-media-'));
  const reader = createMediaReader({ logger: silentLogger });
  const answers = new Map<string, number>();
  const violations: string[] = [];
  let longestAnswerMs = 0;
  let next = 0;
  let done = 0;

  async function run(runSeed: number): Promise<void> {
    const random = new Random(runSeed);
    const specimen = mutate(corpus, random);
    const path = join(folder, `run-${runSeed}`);
    await writeFile(path, specimen.bytes);
    const startedAt = performance.now();
    const answer = await show(reader, path, random).catch((error: unknown) => {
      violations.push(`seed ${runSeed} (${specimen.name}): ${String(error)}`);
      return 'violation';
    });
    const tookMs = performance.now() - startedAt;
    if (tookMs > longestWaitMs) {
      violations.push(`seed ${runSeed} (${specimen.name}): took ${tookMs.toFixed(0)} ms`);
    }
    longestAnswerMs = Math.max(longestAnswerMs, tookMs);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    await rm(path);
    done += 1;
    if (done % progressEvery === 0) {
      onProgress?.(done);
    }
  }

  async function work(): Promise<void> {
    for (let number = next++; number < runs; number = next++) {
      await run(seed + number);
    }
  }

  const stalls = monitorEventLoopDelay({ resolution: 5 });
  const memory = watchMemory();
  stalls.enable();
  try {
    await Promise.all(Array.from({ length: atOneTime }, work));
  } finally {
    stalls.disable();
    memory.stop();
    await reader.close();
    await rm(folder, { recursive: true });
  }
  return {
    runs: done,
    answers: Object.fromEntries([...answers].sort(([left], [right]) => left.localeCompare(right))),
    violations,
    longestAnswerMs,
    longestStallMs: stalls.max / 1e6,
    peakOwnBytes: memory.peakOwnBytes,
    peakChildrenBytes: memory.peakChildrenBytes,
  };
}

const ignore = (): void => undefined;
const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Asks everything about a file that a server asks. @throws for an answer that no file may get */
async function show(reader: MediaReader, path: string, random: Random): Promise<string> {
  const facts = await orFlaw(reader.probe(path));
  if (typeof facts === 'string') {
    return facts;
  }
  assertFacts(facts);
  await orFlaw(reader.poster(path, facts));
  if (facts.mediaType === 'image') {
    const mimeType = random.pick(['image/jpeg', 'image/png', 'image/webp'] as const);
    await orFlaw(reader.convertImage(path, { mimeType, maxSidePx: 2_048 }));
  }
  return 'facts';
}

async function orFlaw<Answer>(asked: Promise<Answer>): Promise<Answer | string> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof UnreadableMediaError)) {
      throw error;
    }
    if (!/^[A-Z].*\.$/su.test(error.message)) {
      throw new Error(`No sentence: ${error.message}`, { cause: error });
    }
    return error.flaw;
  }
}

function assertFacts(facts: MediaFacts): void {
  const isSize = (value: number | null): boolean =>
    value !== null && Number.isSafeInteger(value) && value > 0;
  const isLength = (value: number | null): boolean => value !== null && Number.isFinite(value) && value > 0;
  const hasSize = isSize(facts.width) && isSize(facts.height);
  const hasLength = isLength(facts.durationS);
  const isTrue =
    (facts.fps === null || (isLength(facts.fps) && facts.fps <= 1_000)) &&
    facts.mimeType.length > 0 &&
    (facts.mediaType === 'audio' ? facts.width === null && hasLength : hasSize) &&
    (facts.mediaType === 'image' ? facts.durationS === null : hasLength);
  if (!isTrue) {
    throw new Error(`These facts cannot be: ${JSON.stringify(facts)}`);
  }
}
