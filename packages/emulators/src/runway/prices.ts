/** Credits per second, silent and with sound. Runway's pricing guide names the first six. */
const published: Readonly<Record<string, readonly [silent: number, audio: number]>> = {
  'gen4.5': [12, 12],
  gen4_turbo: [5, 5],
  'veo3.1': [20, 40],
  'veo3.1_fast': [10, 15],
  seedance2: [36, 36],
  aleph2: [28, 28],
};

/** The guide names no others. Something has to be charged; this figure is made up. */
const madeUp = [7, 9] as const;

const leastOfAleph = 56;

/** The most that a task may cost. */
export function priceOf(task: {
  readonly model: string;
  readonly seconds: number;
  readonly audio: boolean;
}): number {
  const [silent, withAudio] = published[task.model] ?? madeUp;
  const credits = Math.ceil((task.audio ? withAudio : silent) * task.seconds);
  return task.model === 'aleph2' ? Math.max(leastOfAleph, credits) : credits;
}
