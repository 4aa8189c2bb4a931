/** What the browser remembers of the visitor: the token, and the number of the newest message seen. */

export type Known = { token: string; seen: number };

const OWN = 'dalil.visitor';
const FOLLOWED = 'dalil.followed';

/** Return the visitor of a follow link, else this browser's own; null where there is none yet. */
export function recall(followed: string | undefined): Known | null {
  if (followed === undefined) return read(localStorage, OWN);
  const known = read(sessionStorage, FOLLOWED);
  return known?.token === followed ? known : { token: followed, seen: 0 };
}

export function remember(known: Known, isFollowed: boolean): void {
  if (isFollowed) sessionStorage.setItem(FOLLOWED, JSON.stringify(known));
  else localStorage.setItem(OWN, JSON.stringify(known));
}

export function forget(): void {
  localStorage.removeItem(OWN);
}

function read(storage: Storage, key: string): Known | null {
  const written = storage.getItem(key);
  return written === null ? null : (JSON.parse(written) as Known);
}
