/** Calls to the server, and its problem documents (RFC 9457) as errors. */

const BASE = '/api/v1';

/** The server refused; `code` is stable and `detail` says what to do about it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** The whole document, for the members that some codes have. */
    readonly members: object = {},
  ) {
    super(detail);
  }
}

export type CallOptions = { token?: string | undefined; signal?: AbortSignal | undefined };

export function get<T>(path: string, options: CallOptions = {}): Promise<T> {
  return call<T>('GET', path, undefined, options);
}

export function post<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  return call<T>('POST', path, body, options);
}

export function patch<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  return call<T>('PATCH', path, body, options);
}

export function put<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  return call<T>('PUT', path, body, options);
}

export function remove(path: string, body: unknown, options: CallOptions = {}): Promise<void> {
  return call<void>('DELETE', path, body, options);
}

/** Return `?a=1&b=2` of the values that are given; nothing at all when none is. */
export function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length ? `?${search}` : '';
}

async function call<T>(method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.token) headers['Authorization'] = `Bearer ${options.token}`;
  const response = await fetch(BASE + path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: options.signal ?? null,
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problemOf(response: Response): Promise<Problem> {
  const document = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const code = typeof document['code'] === 'string' ? document['code'] : 'unknown';
  const detail = typeof document['detail'] === 'string' ? document['detail'] : response.statusText;
  return new Problem(response.status, code, detail, document);
}
