import type { ProviderManifest } from '@pixsim7/contracts';
import type { InputSlot, MapParameters } from '@pixsim7/providers/contract';
import { simulatedManifest, simulatedOperations } from './manifest.ts';
import { mapSimulatedParameters } from './map-parameters.ts';
import type { ServerSettings } from './server.ts';

/** A second invented provider, which differs where providers do: it has no fusion, and a picture is a reference to it. */
export const otherProviderId = 'simulated-other';

export function otherManifest(
  settings: ServerSettings,
  canCancel: boolean,
  creditValueUsd: number | null,
  sendsWebhooks: boolean,
): ProviderManifest {
  return {
    ...simulatedManifest(settings, canCancel, 2, sendsWebhooks),
    id: otherProviderId,
    default_base_url: 'https://other.simulated.invalid',
    name: 'Simulated, the other one',
    credit_value_usd: creditValueUsd,
    operations: simulatedOperations.filter(({ operation_type: type }) => type !== 'fusion'),
  };
}

export const mapOtherParameters: MapParameters = (operation, params) => {
  if (operation === 'fusion') {
    const detail = 'There is no fusion here.';
    return { ok: false, issues: [{ pointer: '/operation_type', code: 'not_allowed', detail }] };
  }
  const mapping = mapSimulatedParameters(operation, params);
  if (!mapping.ok) {
    return mapping;
  }
  return { ok: true, mapped: { ...mapping.mapped, slots: mapping.mapped.slots.map(asReference) } };
};

function asReference(slot: InputSlot): InputSlot {
  return slot.role === 'first_frame'
    ? { ...slot, role: 'reference', name: `reference/${slot.position}` }
    : slot;
}
