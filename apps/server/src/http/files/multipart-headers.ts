import { RequestError } from '@pixsim7/core';

/** The headers of a part (RFC 7578). */
export interface PartHeaders {
  /** Name of the form field. */
  readonly field: string;
  /** As the sender says it, without folders; null when it says none. */
  readonly fileName: string | null;
}

/** The boundary of a multipart body; null when the header is not `multipart/form-data` with a usable one (RFC 2046). */
export function multipartBoundary(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/iu.test(contentType.trim())) {
    return null;
  }
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))/iu.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? '';
  return /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/u.test(boundary) ? boundary : null;
}

/** @throws RequestError malformed_request */
export function parsePartHeaders(text: string): PartHeaders {
  const lines = text.split('\r\n').map((line) => line.split(/:(.*)/su, 2).map((side) => side.trim()));
  const value = (name: string): string | undefined => lines.find(([key]) => key?.toLowerCase() === name)?.[1];
  const disposition = value('content-disposition') ?? '';
  const field = /^form-data\s*;/iu.test(disposition) ? parameter(disposition, 'name') : null;
  if (field === null) {
    throw new RequestError('malformed_request', 'A part of the multipart body has no name.');
  }
  const encoding = value('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (!['binary', '8bit', '7bit'].includes(encoding)) {
    throw new RequestError('malformed_request', `Parts are sent as they are, not as ${encoding}.`);
  }
  return { field, fileName: baseName(extendedName(disposition) ?? parameter(disposition, 'filename')) };
}

function parameter(disposition: string, name: string): string | null {
  const pattern = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'iu');
  const [, quoted, plain] = pattern.exec(disposition) ?? [];
  // Browsers send a quote as %22 and leave a backslash alone; others put a backslash before the quote.
  return quoted?.replace(/\\"/gu, '"').replace(/%22/gu, '"') ?? plain ?? null;
}

/** `filename*=UTF-8''…` (RFC 5987): forms should not have it, and some clients send it. */
function extendedName(disposition: string): string | null {
  const [, encoded] = /;\s*filename\*=utf-8'[^']*'([^\s;]+)/iu.exec(disposition) ?? [];
  if (encoded === undefined) {
    return null;
  }
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new RequestError('malformed_request', 'The file name is not valid percent-encoding.');
  }
}

/** Old browsers send the whole path of the file. */
function baseName(name: string | null): string | null {
  const last =
    (name ?? '')
      .split(/[/\\]/u)
      .at(-1)
      ?.replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 200) ?? '';
  return last === '' ? null : last.replace(/\p{Surrogate}$/u, '');
}
