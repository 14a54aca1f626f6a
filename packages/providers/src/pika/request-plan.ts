import type { JsonObject } from '../contract/json.ts';
import type { PikaModel } from './models.ts';

/** The mapping's part of `buildRequest`: everything but the addresses of the inputs. */
export interface RequestPlan {
  readonly model: PikaModel;
  /** Fields of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}
