/** Where a message may lead, as `notifications/core/links.py` has it: within this site, or anywhere by https. Pure. */

export function isWithinSite(link: string): boolean {
  return /^\/(?!\/)/.test(link);
}

export function isLink(link: string): boolean {
  return isWithinSite(link) || link.startsWith('https://');
}
