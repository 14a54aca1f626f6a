import type { InputLimit, InputSpecification, ProblemField, Warning } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import { conversionOf, sentFile } from './image-conversion.ts';
import type { InputFacts } from './image-conversion.ts';

/** The judgement of a provider on a file. */
export interface InputCheck {
  /** Why it cannot be used; every reason, not the first. */
  readonly issues: readonly ProblemField[];
  /** Changes before it is sent, and limits that nobody can check. */
  readonly warnings: readonly Warning[];
}

/** A limit that a file does not keep. */
interface Breach {
  readonly limit: InputLimit;
  /** A sentence with the value and the limit. */
  readonly detail: string;
  readonly allowed: unknown;
}

/** A figure of a file and the bounds that it has to keep. */
interface Measure {
  readonly value: number;
  readonly low: NumericLimit | null;
  readonly high: NumericLimit | null;
  readonly text: string;
  readonly unit?: string;
}

type NumericLimit = Exclude<InputLimit, 'mime_types' | 'codecs'>;

/**
 * Whether a file may fill a slot, before anything is spent. A picture that only needs another format or size is taken, with
 * a warning: it is converted before it is sent. A limit counts as far as it is known: one that was only inferred warns.
 *
 * @param providerId the provider that the slot belongs to: its own videos may be longer than uploaded ones
 */
export function checkInputFile(slot: InputSlot, file: InputFacts, providerId: string): InputCheck {
  const { specification } = slot;
  const pointer = `/params${slot.pointer}`;
  const issues: ProblemField[] = [];
  const warnings: Warning[] = [];
  const conversion = conversionOf(specification, file);
  if (conversion !== null) {
    const detail = `The picture is converted before it is sent; the original is kept. ${conversion.changes.join(' ')}`;
    warnings.push({ pointer, code: 'input_converted', detail });
  }
  for (const { limit, detail, allowed } of breachesOf(specification, file, providerId)) {
    const refusal = { pointer, code: 'invalid_media', allowed };
    switch (specification.evidence?.[limit]) {
      case undefined:
        issues.push({ ...refusal, detail });
        break;
      case 'observed':
        issues.push({
          ...refusal,
          detail: `${detail} (Known from the provider's replies, not from its reference.)`,
        });
        break;
      case 'inferred':
        warnings.push({
          pointer,
          code: 'limit_uncertain',
          detail: `${detail} The provider's reference does not say so; it may refuse this file.`,
        });
        break;
    }
  }
  return { issues, warnings };
}

/** A file in one line, for people: `image/jpeg, 500 x 3000 pixels, 81920 bytes`. */
export function describeFile({ mimeType, width, height, durationS, fps, codec, bytes }: InputFacts): string {
  return [
    codec === null ? mimeType : `${mimeType} (${codec})`,
    ...(width === null || height === null ? [] : [`${width} x ${height} pixels`]),
    ...(durationS === null ? [] : [`${durationS} s`]),
    ...(fps === null ? [] : [`${fps} frames per second`]),
    `${bytes} bytes`,
  ].join(', ');
}

/** The limits of an input in one line, by the names that the manifest has for them. */
export function describeLimits(specification: InputSpecification): string {
  const bounds = numericLimits.flatMap((limit) => {
    const bound = specification[limit];
    return bound === undefined ? [] : [`${limit} ${bound}`];
  });
  return [
    specification.mime_types.join(' '),
    ...(specification.codecs === undefined ? [] : [specification.codecs.join(' ')]),
    ...bounds,
  ].join(', ');
}

const numericLimits = [
  'min_bytes',
  'max_bytes',
  'min_side_px',
  'max_side_px',
  'max_pixels',
  'min_ratio',
  'max_ratio',
  'min_duration_s',
  'max_duration_s',
  'max_uploaded_duration_s',
  'min_fps',
  'max_fps',
] as const satisfies NumericLimit[];

function breachesOf(specification: InputSpecification, file: InputFacts, providerId: string): Breach[] {
  const { codecs, media_type: mediaType, mime_types: mimeTypes } = specification;
  const conversion = conversionOf(specification, file);
  const sent = sentFile(file, conversion);
  if (sent.mediaType !== mediaType || !mimeTypes.includes(sent.mimeType)) {
    // The size of another kind of file says nothing.
    const detail = `This is ${file.mimeType}; use ${mimeTypes.join(', ')} here.`;
    return [{ limit: 'mime_types', detail, allowed: mimeTypes }];
  }
  const madeHere = file.madeBy?.providerId === providerId;
  const measures = [...measuresOf(sent), ...lengthOf(sent, madeHere)];
  return [
    ...measures
      // The size of a converted picture is not known yet; the conversion keeps the upper bound.
      .filter(({ low }) => conversion === null || low !== 'min_bytes')
      .flatMap((measure) => outside(specification, measure)),
    ...(codecs === undefined || sent.codec === null || codecs.some((codec) => sent.codec?.startsWith(codec))
      ? []
      : [
          {
            limit: 'codecs' as const,
            detail: `Its codec is ${sent.codec}; use ${codecs.join(', ')} here.`,
            allowed: codecs,
          },
        ]),
  ];
}

function measuresOf({ bytes, width, height, fps }: InputFacts): Measure[] {
  const measures: Measure[] = [{ value: bytes, low: 'min_bytes', high: 'max_bytes', text: `${bytes} bytes` }];
  if (width !== null && height !== null) {
    const [short, long] = [Math.min(width, height), Math.max(width, height)];
    const size = `${width} x ${height} pixels`;
    const ratio = width / height;
    measures.push(
      { value: short, low: 'min_side_px', high: null, text: `${short} pixels on its short side` },
      { value: long, low: null, high: 'max_side_px', text: `${long} pixels on its long side` },
      { value: width * height, low: null, high: 'max_pixels', text: `${size}, ${width * height} in all` },
      {
        value: ratio,
        low: 'min_ratio',
        high: 'max_ratio',
        text: `${size}, a ratio of ${Number(ratio.toPrecision(3))} (width divided by height)`,
      },
    );
  }
  if (fps !== null) {
    measures.push({ value: fps, low: 'min_fps', high: 'max_fps', text: `${fps} frames per second` });
  }
  return measures;
}

/** A video of the provider's own is named and not uploaded, so the bound of uploads does not hold for it. */
function lengthOf({ durationS }: InputFacts, madeHere: boolean): Measure[] {
  if (durationS === null) {
    return [];
  }
  const text = `${durationS} s long`;
  return [
    { value: durationS, low: 'min_duration_s', high: 'max_duration_s', text, unit: ' s' },
    ...(madeHere
      ? []
      : [{ value: durationS, low: null, high: 'max_uploaded_duration_s', text, unit: ' s' } as const]),
  ];
}

function outside(
  specification: InputSpecification,
  { value, low, high, text, unit = '' }: Measure,
): Breach[] {
  const minimum = low === null ? undefined : specification[low];
  const maximum = high === null ? undefined : specification[high];
  if (low !== null && minimum !== undefined && value < minimum) {
    return [{ limit: low, detail: `${text}; at least ${minimum}${unit}.`, allowed: { [low]: minimum } }];
  }
  if (high !== null && maximum !== undefined && value > maximum) {
    return [{ limit: high, detail: `${text}; at most ${maximum}${unit}.`, allowed: { [high]: maximum } }];
  }
  return [];
}
