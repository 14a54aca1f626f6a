/** Credentials as they stand inside the seal: a flat object of strings. @throws TypeError on anything else */
export function parseCredentials(text: string): Record<string, string> {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('Sealed credentials are not an object.');
  }
  const credentials: Record<string, string> = {};
  for (const [name, secret] of Object.entries(value)) {
    if (typeof secret !== 'string') {
      throw new TypeError(`Sealed credential ${name} is not text.`);
    }
    credentials[name] = secret;
  }
  return credentials;
}

/** The parser's own error repeats a part of the text, which is a secret here; so it is not even kept as the cause. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('Sealed credentials are not JSON.');
  }
}
