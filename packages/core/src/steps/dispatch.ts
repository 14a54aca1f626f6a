import type { CoreDependencies } from '../dependencies.ts';
import type { StepHandler } from '../ports/index.ts';
import { dispatchRound } from './dispatch-round.ts';

/** After this many rounds the step gives way to others; races and long queues go on a second later. */
const maxRounds = 20;

/**
 * Gives the pending jobs in the lane of one provider their accounts. Slots are facts: the account row is locked, its live
 * submissions are counted and the new ones are inserted in one transaction, so no race can exceed a limit.
 *
 * A job that may run at several providers stands in the lane of each. Every lane starts jobs at its own provider only,
 * in its own order; where another provider would be better, it calls that lane, so nobody jumps a queue.
 */
export function createDispatchStep(dependencies: CoreDependencies): StepHandler {
  const { queue, registry, system } = dependencies;
  return async (providerId) => {
    if (!registry.has(providerId)) {
      return {};
    }
    const adapter = registry.get(providerId);
    for (let rounds = 1; ; rounds += 1) {
      const round = await dispatchRound(dependencies, adapter);
      for (const better of round.called) {
        await queue.offer({ step: 'dispatch', id: better }, system.now());
      }
      if (!round.goOn) {
        return round.again === null ? {} : { again: round.again };
      }
      if (rounds === maxRounds) {
        return { again: system.now() + 1_000 };
      }
    }
  };
}
