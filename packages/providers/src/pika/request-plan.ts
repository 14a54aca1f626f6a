import type { JsonObject } from '../contract/json.ts';
import { pikaModels, type PikaModel } from './models.ts';

/** What the mapping hands to `buildRequest`: everything but the addresses of the inputs. */
export interface RequestPlan {
  readonly model: PikaModel;
  /** Fields of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}

/** A plan as the contract carries it. */
export function encodePlan({ model, fields }: RequestPlan): JsonObject {
  return { endpoint_id: model.endpointId, fields };
}

/** @throws TypeError when the object was not made by {@link encodePlan} */
export function decodePlan(plan: JsonObject): RequestPlan {
  const model = pikaModels.find(({ endpointId }) => endpointId === plan['endpoint_id']);
  const fields = plan['fields'];
  if (model === undefined || typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new TypeError('The plan was not made by the Pika mapping.');
  }
  return { model, fields };
}
