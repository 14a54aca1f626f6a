import type { OperationType } from '@pixsim7/contracts';
import { encodeBody } from '@pixsim7/pixverse';
import type { ProviderRequest, RequestContext, ResolvedInput } from '../contract/adapter.ts';
import { referenceOf, referenceText } from '../contract/input-reference.ts';
import type { JsonObject } from '../contract/json.ts';
import type { InputSlot, MappedRequest } from '../contract/mapping.ts';
import { featureOf } from './features/index.ts';
import { featureInputs } from './features/request.ts';
import { modelOperations } from './models.ts';
import type { GenerationPath, RequestPlan } from './request-plan.ts';

/**
 * Writes the request down, with the ids of the inputs filled in.
 *
 * @throws TypeError when an input has no reference, or one that was made for another kind of slot
 */
export function buildRequest(
  { operation, plan, slots }: MappedRequest<RequestPlan>,
  inputs: ReadonlyMap<string, ResolvedInput>,
  { account }: RequestContext,
): ProviderRequest {
  const { path, fields } = plan;
  const feature = featureOf(operation);
  const payload = {
    ...(feature === null
      ? modelInputs(operation, path, slots, inputs)
      : featureInputs(feature, slots, inputs)),
    // Before the fields, so that a webhook that the job names itself stands.
    ...webhookFields(path, account.credentials['webhook_id']),
    ...fields,
  };
  return { endpoint: { method: 'POST', path }, body: encodeBody(payload), payload };
}

/** PixVerse knows the address of a webhook by its id; only these two announce their end. */
function webhookFields(path: GenerationPath, webhookId: string | undefined): JsonObject {
  const isAnnounced = path === '/video/text/generate' || path === '/video/img/generate';
  return isAnnounced && webhookId !== undefined ? { webhook_id: webhookId } : {};
}

/** The fields that name the files of an operation with a model. */
function modelInputs(
  operation: OperationType,
  path: GenerationPath,
  slots: readonly InputSlot[],
  inputs: ReadonlyMap<string, ResolvedInput>,
): JsonObject {
  const modelOperation = modelOperations.find((candidate) => candidate === operation);
  switch (modelOperation) {
    case undefined:
      throw new TypeError(`${operation} is no operation with a model.`);
    case 'text_to_video':
      return {};
    case 'image_to_video':
      return { img_id: referenceText('first_frame', 'img_id', inputs) };
    case 'video_transition':
      return path === '/video/multi_transition/generate'
        ? { multi_transition: slots.map((slot) => segmentOf(slot, inputs)) }
        : {
            first_frame_img: referenceText('first_frame', 'img_id', inputs),
            last_frame_img: referenceText('last_frame', 'img_id', inputs),
          };
    case 'video_extend':
      return referenceOf('source', inputs);
    case 'fusion':
      return {
        image_references: slots.map((slot) => ({
          type: slot.role,
          img_id: referenceText(slot.name, 'img_id', inputs),
          ref_name: slot.referenceName,
        })),
      };
  }
}

function segmentOf(slot: InputSlot, inputs: ReadonlyMap<string, ResolvedInput>): JsonObject {
  return {
    img_id: referenceText(slot.name, 'img_id', inputs),
    // The last image leads nowhere: the reference sends 0 and no prompt for it.
    duration: slot.segmentDurationS ?? 0,
    ...(slot.segmentPrompt === null ? {} : { prompt: slot.segmentPrompt }),
  };
}
