/*
 * The time of the next look at a running generation, learned from the ends of similar ones.
 *
 * The spread of the render times is learned and not their median: with the spread, each look can be placed where the
 * same share of the ends that are still possible lies. The figures were measured by `npm run benchmark:pace` and are
 * compared in docs/decisions/0055.
 */

const second = 1_000;

/** Each bin is a tenth wider than the one before, so a second counts at 10 s and not at 10 min. */
const ratio = 1.1;
/** 88 bins from 1 s reach to 73 minutes; what takes longer is asked at the slowest pace anyway. */
const binCount = 88;

/** The share of all knowledge that one more job leaves: half of it is gone after 11 jobs, so a faster provider is found. */
const remembered = 0.94;

/** A first look may come early more often than a later one may come late: it costs one read, and most jobs need two. */
const firstShare = 0.08;
const laterShare = 0.25;

/** The first look waits for this share when all of it is done before the provider allows a second one. */
const nearlyAll = 0.9;

/**
 * While nothing is known of the times to come, a step is no longer than 2.1 s, or 0.315 of the time spent to the power of
 * 0.85, in seconds: 20 % of it at 20 s and 17 % at a minute. With 20 % throughout, which costs as many looks, the end of a
 * minute is seen 9.5 % late and not 8.4 %.
 */
const blindStepMs = 2.1 * second;
const blindFactor = 0.315;
const blindPower = 0.85;

/** No look within this share of the time spent, for it could save no more than that. */
const shortestShare = 0.03;

/** Nothing renders in less than a second. */
const firstLookMs = second;

/** A look at which it was still rendering says this much even when it was far too early to say anything. */
const earliestShare = 1 / 3;
/** Rows from before looks were written down: their looks were a third of the time apart at the most. */
const unwatchedShare = 2 / 3;

/** The ends of similar attempts, spread over the bins of time. */
export interface Pace {
  /** Weight of the seen ends, per bin. */
  readonly learned: readonly number[];
  /** Weight of each bin from before anything was seen, as far as it still counts. */
  readonly assumed: number;
}

/** The interval in which an attempt ended, in milliseconds since it was accepted. */
export interface SeenEnd {
  /** The last look at which it was unfinished, 0 without one; null when that was not written down. */
  readonly unfinishedAtMs: number | null;
  /** The look at which it was done. */
  readonly doneAtMs: number;
}

export interface PaceBounds {
  /** Shortest time between two looks. */
  readonly fastestMs: number;
  readonly slowestMs: number;
}

/** Knows nothing: every bin is as likely. */
export function emptyPace(): Pace {
  return { learned: Array<number>(binCount).fill(0), assumed: 1 / binCount };
}

/**
 * Adds one seen end. The end lies somewhere between two looks, so its weight is spread over the time between them: to
 * put it at the look that saw it would be to learn the own looks, and the pace would never become faster.
 */
export function learn({ learned, assumed }: Pace, { unfinishedAtMs, doneAtMs }: SeenEnd): Pace {
  const earliestMs = doneAtMs * (unfinishedAtMs === null ? unwatchedShare : earliestShare);
  const last = binOf(doneAtMs);
  const first = Math.min(last, binOf(Math.max(earliestMs, unfinishedAtMs ?? 0)));
  const weight = 1 / (last - first + 1);
  return {
    learned: learned.map((mass, bin) => mass * remembered + (bin >= first && bin <= last ? weight : 0)),
    assumed: assumed * remembered,
  };
}

/** All that these ends teach, the oldest first. */
export function paceOf(ends: readonly SeenEnd[]): Pace {
  return ends.reduce(learn, emptyPace());
}

/**
 * Time until the next look, in milliseconds.
 *
 * @param elapsedMs since the provider accepted the attempt; 0 asks for the first look
 */
export function nextCheckMs(pace: Pace, elapsedMs: number, { fastestMs, slowestMs }: PaceBounds): number {
  const clamp = (stepMs: number, shortestMs: number): number =>
    Math.min(slowestMs, Math.max(shortestMs, stepMs));
  if (elapsedMs > 0) {
    return clamp(wantedStepMs(pace, elapsedMs, laterShare), Math.max(fastestMs, elapsedMs * shortestShare));
  }
  // Providers ask for a time between two looks; the first has none before it.
  const nearlyAllDoneMs = nearlyAllDoneAtMs(pace);
  const isSecondTooLate = nearlyAllDoneMs !== null && nearlyAllDoneMs <= fastestMs;
  return clamp(isSecondTooLate ? nearlyAllDoneMs : wantedStepMs(pace, 0, firstShare), firstLookMs);
}

/** The time at which nine of ten were done, by what was seen alone; null while less than half of all was seen. */
function nearlyAllDoneAtMs({ learned, assumed }: Pace): number | null {
  const seen = learned.reduce((sum, mass) => sum + mass, 0);
  return seen <= assumed * binCount ? null : stepToMs({ learned, assumed: 0 }, 0, seen * nearlyAll);
}

function wantedStepMs(pace: Pace, elapsedMs: number, share: number): number {
  let learnedAhead = 0;
  let total = 0;
  for (let bin = binOf(elapsedMs); bin < binCount; bin += 1) {
    const ahead = weightAhead(pace, bin, elapsedMs);
    learnedAhead += ahead.seen;
    total += ahead.total;
  }
  const blindMs = Math.max(blindStepMs, blindFactor * (elapsedMs / second) ** blindPower * second);
  const stepMs = stepToMs(pace, elapsedMs, total * share);
  return learnedAhead <= total / 2 ? Math.min(blindMs, stepMs) : stepMs;
}

/** The time until so much of the weight ahead lies behind. */
function stepToMs(pace: Pace, elapsedMs: number, weight: number): number {
  let open = weight;
  for (let bin = binOf(elapsedMs); bin < binCount; bin += 1) {
    const mass = weightAhead(pace, bin, elapsedMs).total;
    if (mass > 0 && open <= mass) {
      const from = Math.max(elapsedMs, startMs(bin));
      return from + (startMs(bin + 1) - from) * (open / mass) - elapsedMs;
    }
    open -= mass;
  }
  return Infinity;
}

/** The weight of the part of a bin that is still to come. */
function weightAhead(
  { learned, assumed }: Pace,
  bin: number,
  elapsedMs: number,
): { readonly seen: number; readonly total: number } {
  const seen = learned[bin] ?? 0;
  const share = 1 - placeIn(bin, elapsedMs);
  return { seen: seen * share, total: (seen + assumed) * share };
}

/** The first bin begins at 0, because there is none for less than a second. */
function startMs(bin: number): number {
  return bin === 0 ? 0 : second * ratio ** bin;
}

function binOf(elapsedMs: number): number {
  const bin = Math.floor(Math.log(Math.max(second, elapsedMs) / second) / Math.log(ratio));
  return Math.min(binCount - 1, bin);
}

/** The part of a bin that lies behind, from 0 to 1. */
function placeIn(bin: number, elapsedMs: number): number {
  const from = startMs(bin);
  return Math.min(1, Math.max(0, (elapsedMs - from) / (startMs(bin + 1) - from)));
}
