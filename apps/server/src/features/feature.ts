import type {
  Core,
  CoreDependencies,
  CoreSteps,
  RepeatedWork,
  RetentionDays,
  StepHandlers,
} from '@pixsim7/core';
import type { EmbeddedDatabase } from '@pixsim7/infra';
import type { HeldReplies } from '../http/events/held-replies.ts';
import type { HttpApp, HttpLimits, HttpParts } from '../http/http-parts.ts';

/** Everything that routes need. */
export interface RouteParts extends Omit<HttpParts, 'limits'> {
  readonly limits: HttpLimits;
  /** Event streams and `?wait=` replies count together. */
  readonly held: HeldReplies;
}

/** Everything that repeated work needs. */
export interface MaintenanceParts {
  readonly core: Core;
  readonly dependencies: CoreDependencies;
  /** null: the database is a server, which does its own upkeep. */
  readonly embedded: Pick<EmbeddedDatabase, 'upkeep'> | null;
  readonly retention: RetentionDays;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/**
 * The parts that one feature adds to the server. Each process takes what its role has: the API its routes, a worker its steps and
 * its maintenance.
 */
export interface Feature {
  readonly name: string;
  readonly addRoutes?: (app: HttpApp, parts: RouteParts) => void;
  /** Picks its own of the steps that the core has. */
  readonly steps?: (all: CoreSteps) => StepHandlers;
  readonly maintenance?: (parts: MaintenanceParts) => readonly RepeatedWork[];
}

/** @throws Error when two features hand in the same step */
export function stepsOf(features: readonly Feature[], all: CoreSteps): StepHandlers {
  const owners = new Map<string, string>();
  let handlers: StepHandlers = {};
  for (const { name, steps } of features) {
    const own = steps?.(all) ?? {};
    for (const step of Object.keys(own)) {
      const owner = owners.get(step);
      if (owner !== undefined) {
        throw new Error(`The features ${owner} and ${name} both hand in the step ${step}.`);
      }
      owners.set(step, name);
    }
    handlers = { ...handlers, ...own };
  }
  return handlers;
}
