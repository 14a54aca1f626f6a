import type { ProviderRequest, RequestContext, ResolvedInput } from '../contract/adapter.ts';
import { referenceText } from '../contract/input-reference.ts';
import type { JsonObject } from '../contract/json.ts';
import type { InputSlot, MappedRequest } from '../contract/mapping.ts';
import { submitPath } from '../fal-queue/submit.ts';
import type { PikaOperation } from './models.ts';
import type { RequestPlan } from './request-plan.ts';

/**
 * Writes the request down, with the addresses of the inputs filled in and, in the query, where its end may be reported.
 *
 * @throws TypeError when an input has no address
 */
export function buildRequest(
  { plan, slots }: MappedRequest<RequestPlan>,
  inputs: ReadonlyMap<string, ResolvedInput>,
  { webhookUrl }: RequestContext,
): ProviderRequest {
  const { model, fields } = plan;
  const payload = { ...inputFields(model.operation, slots, inputs), ...fields };
  return {
    endpoint: { method: 'POST', path: submitPath(model.endpointId, webhookUrl) },
    body: JSON.stringify(payload),
    payload,
  };
}

function inputFields(
  operation: PikaOperation,
  slots: readonly InputSlot[],
  inputs: ReadonlyMap<string, ResolvedInput>,
): JsonObject {
  switch (operation) {
    case 'text_to_video':
      return {};
    case 'image_to_video':
      return { image_url: referenceText('first_frame', 'url', inputs) };
    case 'video_transition':
    case 'fusion':
      return { image_urls: slots.map(({ name }) => referenceText(name, 'url', inputs)) };
  }
}
