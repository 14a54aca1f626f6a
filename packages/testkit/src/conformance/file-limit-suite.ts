import { describe, expect, it } from 'vitest';
import type { InputSpecification } from '@pixsim7/contracts';
import { checkInputFile, conversionOf } from '@pixsim7/core';
import type { InputFacts } from '@pixsim7/core';
import { ProviderCallError } from '@pixsim7/providers';
import type { InputSlot, ProviderAdapter } from '@pixsim7/providers';
import { createImageFile, createVideoFile } from '../builders/media-files.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import { requiredOptionsOf } from './manifest-suite.ts';
import type { OperationSample, ProviderUnderTest } from './provider-under-test.ts';
import { blankPng, sampleFile } from './sample-files.ts';

/** Larger files would only test the memory of this machine. */
const largestFile = 12_000_000;
/** A longer side takes the encoder of the tests too long. */
const longestVideoSide = 2_000;

/** A file at a limit, or just beyond it. */
interface Probe {
  /** The property that is at a limit, or just beyond. */
  readonly what: string;
  readonly slot: InputSlot;
  readonly sample: OperationSample;
  readonly facts: InputFacts;
  readonly make: () => Promise<Uint8Array>;
}

/**
 * The limits of the manifest against those of the emulator, which has tables of its own: at each limit both take a file, just
 * beyond it both refuse it. A refused file is told as such, costs nothing, and may go to another provider.
 */
export function describeFileLimits(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const adapter = provider.createAdapter({
    fetch: () => Promise.reject(new Error('The mapping must not call anybody.')),
    createUuid: () => crypto.randomUUID(),
  });
  const probes = probesOf(inputsOf(adapter, provider));

  if (probes.length > 0) {
    describe('the limits of files', () => {
      it.each(probes)('$slot.specification.media_type $what', async ({ sample, slot, facts, make }) => {
        const isTaken =
          conversionOf(slot.specification, facts) === null &&
          checkInputFile(slot, facts, adapter.id).issues.length === 0;
        const file = sampleFile(await make(), facts.mediaType, facts.mimeType);
        const fileFor = (other: InputSlot) =>
          other.name === slot.name ? file : sampleFile(blankPng(512, 512), 'image', 'image/png');
        const refusal = await refusalOf(bench(), sample, fileFor);
        expect(refusal).toEqual(isTaken ? null : fileRefusal);
      });
    });
  }
}

/** It costs nothing, and the next provider may be asked. */
const fileRefusal = {
  class: 'InvalidRequestError',
  code: 'input_rejected',
  retry: 'other_provider',
  accountEffect: 'none',
  mayBePaid: false,
};

function refusalFacts(error: ProviderCallError, mayBePaid = error.charged !== 'no'): object {
  const { class: errorClass, code, retry, accountEffect } = error;
  return { class: errorClass, code, retry, accountEffect, mayBePaid };
}

/** Why a job with this file came to nothing: at the upload, at the submit, or at its end. null: it made a video. */
async function refusalOf(
  bench: ConformanceBench,
  sample: OperationSample,
  fileFor: (slot: InputSlot) => ReturnType<typeof sampleFile>,
): Promise<object | null> {
  try {
    const submitted = await bench.submit(sample, { fileFor });
    const { account, result } = submitted;
    if (result.outcome !== 'accepted') {
      // Whether the provider has it must never be open after the refusal of a file.
      return result.outcome === 'rejected' ? refusalFacts(result.error) : { outcome: result.outcome };
    }
    const { error } = await bench.untilEnd(account, result.handle);
    // Not every provider says what a job cost that it had taken and could not make.
    return error === null ? null : refusalFacts(error, error.charged === 'yes');
  } catch (error) {
    if (!(error instanceof ProviderCallError)) {
      throw error;
    }
    return refusalFacts(error);
  }
}

interface Input {
  readonly slot: InputSlot;
  readonly sample: OperationSample;
}

/** The inputs of every model, the quick samples first: their limits stand for those of models that have the same. */
function inputsOf(adapter: ProviderAdapter, provider: ProviderUnderTest): Input[] {
  const mapped = ({ name, operation, params }: OperationSample): Input[] => {
    const mapping = adapter.mapParameters(operation, params);
    const [slot] = mapping.ok ? mapping.mapped.slots : [];
    return slot === undefined ? [] : [{ slot, sample: { name, operation, params } }];
  };
  const others = adapter.manifest.operations.flatMap(({ operation_type: operation, models }) =>
    models.map((model) => ({
      name: `${operation} with ${model.model}`,
      operation,
      params: {
        ...provider.minimalParameters[operation],
        ...requiredOptionsOf(model),
        model: model.model,
      },
    })),
  );
  return [...provider.samples, ...others].flatMap(mapped);
}

/** Each limit of each kind of file once. */
function probesOf(inputs: readonly Input[]): Probe[] {
  const probes = new Map<string, Probe>();
  for (const input of inputs) {
    const { media_type: mediaType } = input.slot.specification;
    for (const probe of mediaType === 'image' ? imageProbes(input) : videoProbes(input)) {
      const key = `${mediaType} ${probe.what}`;
      if (!probes.has(key)) {
        probes.set(key, probe);
      }
    }
  }
  return [...probes.values()];
}

function imageProbes({ slot, sample }: Input): Probe[] {
  const { specification } = slot;
  const picture = (what: string, width: number, height: number, bytes?: number): Probe => {
    const make = (): Uint8Array => blankPng(width, height, bytes);
    return {
      what,
      slot,
      sample,
      facts: factsOf('image', 'image/png', { width, height, bytes: bytes ?? make().byteLength }),
      make: () => Promise.resolve(make()),
    };
  };
  const { max_side_px: long, min_side_px: short, min_ratio: narrow, max_ratio: wide } = specification;
  const { min_bytes: least, max_bytes: most } = specification;
  const otherSide = (side: number): number => Math.ceil(side / (wide ?? 2));
  const gif: Probe = {
    what: 'that is a GIF',
    slot,
    sample,
    facts: factsOf('image', 'image/gif', { width: 512, height: 512 }),
    make: () => createImageFile({ format: 'gif', width: 512, height: 512 }),
  };
  return [
    gif,
    ...beside(long, 1, (side) => picture(`${side} pixels long`, side, otherSide(side))),
    ...beside(short, -1, (side) => picture(`${side} pixels short`, 512, side)),
    ...beside(narrow, -0.001, (ratio) => picture(`of a ratio of ${ratio}`, ratio * 1_000, 1_000)),
    ...beside(wide, 0.001, (ratio) => picture(`of a ratio of ${ratio}`, ratio * 1_000, 1_000)),
    ...beside(least, -1, (bytes) => picture(`of ${bytes} bytes`, 300, 300, bytes)),
    ...beside((most ?? Infinity) > largestFile ? undefined : most, 1, (bytes) =>
      picture(`of ${bytes} bytes`, 512, 512, bytes),
    ),
  ];
}

function videoProbes({ slot, sample }: Input): Probe[] {
  const { max_side_px: long = Infinity, max_duration_s: longest } = slot.specification;
  const { max_uploaded_duration_s: uploaded = longest } = slot.specification;
  const video = (width: number, seconds: number): Probe => ({
    what: `${width} pixels wide and ${seconds} s long`,
    slot,
    sample,
    facts: factsOf('video', 'video/mp4', {
      width,
      height: 64,
      durationS: seconds,
      fps: 2,
      codec: 'avc1.42c01f',
    }),
    make: () => createVideoFile({ width, height: 64, fps: 2, seconds }),
  });
  return [
    ...beside(long > longestVideoSide ? undefined : long, 2, (width) => video(width, 1)),
    ...beside(uploaded, 1, (seconds) => video(64, seconds)),
  ];
}

/** At the limit and just beyond it. */
function beside(limit: number | undefined, step: number, probe: (value: number) => Probe): Probe[] {
  return limit === undefined ? [] : [probe(limit), probe(Number((limit + step).toFixed(3)))];
}

function factsOf(
  mediaType: InputSpecification['media_type'],
  mimeType: string,
  facts: Partial<InputFacts>,
): InputFacts {
  return {
    mediaType,
    mimeType,
    bytes: 10_000,
    width: null,
    height: null,
    durationS: null,
    fps: null,
    codec: null,
    animated: false,
    imageTraits: [],
    madeBy: null,
    ...facts,
  };
}
