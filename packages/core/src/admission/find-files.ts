import { isIdentifier } from '@pixsim7/contracts';
import type { AssetId, JobParameters, ProblemField } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { AssetRow, Caller } from '../model/index.ts';
import { invalidParameters, RequestError } from '../model/request-error.ts';
import type { ChoiceLists } from '../read/choice-lists.ts';
import { isDataUrl } from '../rules/data-url.ts';
import type { InputFacts } from '../rules/image-conversion.ts';
import { maxUploadBytes } from '../rules/transfer-limits.ts';
import { usableInput } from '../rules/usable-input.ts';
import type { Candidate } from './candidate.ts';

/** A file that was received and looked at, and is no asset yet. */
export interface OpenedFile {
  readonly facts: InputFacts;
  /** Makes it an asset. Once. */
  keep(): Promise<AssetRow>;
  /** Harmless after `keep`. */
  discard(): Promise<void>;
}

/** The part of the asset service that an admission needs: files that a parameter names. */
export interface FileSource {
  /** Refuses a URL that can never be fetched, without fetching it. @throws RequestError unsafe_url */
  checkUrl(url: string, pointer: string): void;
  /** @param pointer where the parameter stands in the request, for the error. @throws RequestError */
  open(caller: Caller, source: string, pointer: string, maxBytes: number): Promise<OpenedFile>;
}

/** The inputs of an admission. */
export interface AdmissionParts {
  readonly dependencies: CoreDependencies;
  readonly assets: FileSource;
  readonly choices: ChoiceLists;
  readonly caller: Caller;
}

/** A file that a request names: an asset, or one that becomes an asset when the job is made. */
export interface FoundFile {
  readonly facts: InputFacts;
  /** Makes it an asset. Once. */
  keep(): Promise<AssetId>;
  /** Harmless after `keep`. */
  discard(): Promise<void>;
}

/** Files by the pointer of their parameter, and what is wrong with those that could not be had. */
export interface FoundFiles {
  readonly files: ReadonlyMap<string, FoundFile>;
  readonly issues: readonly ProblemField[];
}

/** A place that a file has to fill: one for each parameter, whichever providers read it. */
export interface Place {
  readonly pointer: string;
  readonly source: string;
  /** The bound of the provider that takes the largest file; the others judge it afterwards. */
  readonly maxBytes: number;
}

export function placesOf(candidates: readonly Candidate[]): Place[] {
  const places = new Map<string, Place>();
  for (const slot of candidates.flatMap(({ mapped }) => mapped?.slots ?? [])) {
    const maxBytes = Math.max(places.get(slot.pointer)?.maxBytes ?? 0, roomOf(slot));
    places.set(slot.pointer, { pointer: slot.pointer, source: slot.source, maxBytes });
  }
  return [...places.values()];
}

/** A picture that is too large can be made smaller, anything else cannot. */
function roomOf({ specification }: InputSlot): number {
  return specification.media_type === 'image'
    ? maxUploadBytes
    : Math.min(specification.max_bytes ?? maxUploadBytes, maxUploadBytes);
}

/** Whether a file is somewhere else and has to be fetched, which a quote does not do. */
export function isElsewhere({ source }: Place): boolean {
  return !isIdentifier('asset', source) && !isDataUrl(source);
}

/**
 * Finds the files of a request and looks at them. Nothing is kept, and a file that cannot be had becomes an issue. Whoever
 * calls this discards what it found.
 *
 * @param fetches whether files behind URLs are fetched; otherwise only their addresses are checked
 */
export async function findFiles(
  { dependencies, assets, caller }: AdmissionParts,
  places: readonly Place[],
  fetches: boolean,
): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const issues: ProblemField[] = [];
  for (const place of places) {
    const pointer = `/params${place.pointer}`;
    try {
      if (isElsewhere(place) && !fetches) {
        assets.checkUrl(place.source, pointer);
      } else if (isIdentifier('asset', place.source)) {
        files.set(place.pointer, await namedAsset(dependencies, caller, place.source, pointer));
      } else {
        const opened = await assets.open(caller, place.source, pointer, place.maxBytes);
        files.set(place.pointer, { ...opened, keep: async () => (await opened.keep()).id });
      }
    } catch (error) {
      // A refusal without a field is not about this file: no room on the disk, or no place for another fetch.
      if (!(error instanceof RequestError) || error.errors.length === 0) {
        await discardFiles(files);
        throw error;
      }
      issues.push(...error.errors);
    }
  }
  return { files, issues };
}

export async function discardFiles(files: ReadonlyMap<string, FoundFile>): Promise<void> {
  for (const file of files.values()) {
    await file.discard();
  }
}

/** @throws RequestError when the workspace has no such asset, or it cannot be an input */
async function namedAsset(
  { database }: CoreDependencies,
  { workspaceId }: Caller,
  id: AssetId,
  pointer: string,
): Promise<FoundFile> {
  const named = await database.transaction((transaction) => transaction.assets.get(id));
  const usable = usableInput(id, named, workspaceId);
  if ('issue' in usable) {
    throw invalidParameters([{ pointer, ...usable.issue }]);
  }
  return { facts: usable.asset, keep: () => Promise.resolve(id), discard: () => Promise.resolve() };
}

/** The parameters with every media source replaced by the id of its asset. */
export function canonicalParameters(
  params: JobParameters,
  assetIds: ReadonlyMap<string, AssetId>,
): JobParameters {
  const canonical = copyOf(params) as Record<string, unknown>;
  for (const [pointer, id] of assetIds) {
    setByPointer(canonical, pointer, id);
  }
  return canonical;
}

/** Copies objects and arrays, not strings: `structuredClone` would copy a data URL of 28 MB that is replaced anyway. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(copyOf);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

function setByPointer(target: Record<string, unknown>, pointer: string, value: string): void {
  const path = pointer.slice(1).split('/');
  const last = path.pop();
  let place: unknown = target;
  for (const name of path) {
    place = (place as Record<string, unknown>)[name];
  }
  if (last === undefined || typeof place !== 'object' || place === null) {
    throw new Error(`${pointer} does not lead to a media source.`);
  }
  (place as Record<string, unknown>)[last] = value;
}
