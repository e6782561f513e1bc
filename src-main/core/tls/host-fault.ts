import { isIpAddress } from '../profiles/host.ts';
import type { Fault } from './findings.ts';
import { hostsOf, quoted } from './labels.ts';
import type { ParsedCertificate } from './x509.ts';

/** Why a certificate is not valid for a host, where a list of its names would explain less. */
interface Reason {
  readonly what: string;
  readonly advice: string;
}

/**
 * The certificate is not for this host; the TLS library decided so. Says why a name that a person sees in it
 * does not count.
 *
 * @param host in ASCII, an address without its zone
 */
export function hostFault(leaf: ParsedCertificate, host: string): Fault {
  const named = listOf(leaf);
  const reason = isIpAddress(host) ? addressReason(named, host) : nameReason(named, host.toLowerCase());
  return { check: 'hostName', code: 'certificate-host', ...(reason ?? otherHost(leaf, named, host)) };
}

interface Named {
  /** Common names; only the names of a subject count that has no alternative name of type DNS. */
  readonly common: readonly string[];
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

function listOf({ subject, names }: ParsedCertificate): Named {
  const of = (kind: 'dns' | 'ip'): string[] =>
    names.filter((one) => one.kind === kind).map(({ value }) => value.toLowerCase());
  const common = subject.filter(({ name }) => name === 'CN').map(({ value }) => value.toLowerCase());
  return { common, dns: of('dns'), ip: of('ip') };
}

function otherHost(leaf: ParsedCertificate, { common, dns, ip }: Named, host: string): Reason {
  if (common.length + dns.length + ip.length === 0) {
    return {
      what: `names no host, so not ${quoted(host)} either`,
      advice: `Have it issued for this host: ${extensionFor(host)}.`,
    };
  }
  return {
    what: `is for ${hostsOf(leaf)}, not for ${quoted(host)}`,
    advice: `Connect by a name that is in the certificate, or have it issued for this one as well: ${extensionFor(host)}.`,
  };
}

const extensionFor = (host: string): string => `subjectAltName=${isIpAddress(host) ? 'IP' : 'DNS'}:${host}`;

function addressReason({ common, dns, ip }: Named, host: string): Reason | null {
  const issue = `Have it issued with ${extensionFor(host)}`;
  const byName = dns.find((name) => !isIpAddress(name) && !name.includes('*'));
  const advice = byName === undefined ? `${issue}.` : `${issue}, or connect by the name ${quoted(byName)}.`;
  if (dns.includes(host.toLowerCase())) {
    return {
      what: `has ${quoted(host)} as a name of type DNS, and an IP address counts only as a subject alternative name (SAN) of type IP`,
      advice,
    };
  }
  if (ip.length > 0 || !common.includes(host.toLowerCase())) return null;
  return {
    what: `has ${quoted(host)} only as its common name (CN), and an IP address counts only as a subject alternative name (SAN) of type IP`,
    advice,
  };
}

function nameReason({ common, dns }: Named, host: string): Reason | null {
  const issue = `Have it issued with ${extensionFor(host)}`;
  if (dns.length > 0 && common.includes(host)) {
    return {
      what: `has ${quoted(host)} only as its common name (CN), which does not count beside subject alternative names (SAN) of type DNS`,
      advice: `${issue}, or connect by a name that it has as one.`,
    };
  }
  const wildcard = [...dns, ...(dns.length === 0 ? common : [])].find((name) => covers(name, host));
  if (wildcard !== undefined) return { what: wildcardWhat(wildcard, host), advice: `${issue}.` };
  // Certificates must have the ASCII form of an international name; other letters never match.
  if (![...dns, ...common].some((name) => /[^\p{ASCII}]/u.test(name)) || !host.includes('xn--')) return null;
  return {
    what: `has an international name in its own letters, and only the form in ASCII counts, ${quoted(host)}`,
    advice: `${issue}.`,
  };
}

/** Whether a person would take the name for one that covers the host, though it does not. */
function covers(name: string, host: string): boolean {
  if (!name.includes('*')) return false;
  const parent = name.slice(name.indexOf('.') + 1);
  return host === parent || host.endsWith(`.${parent}`);
}

function wildcardWhat(wildcard: string, host: string): string {
  const [first = '', ...rest] = wildcard.split('.');
  const parent = rest.join('.');
  if (first !== '*') {
    return `is for ${quoted(wildcard)}, where the * counts for nothing because it is not the whole first part of the name`;
  }
  if (rest.length < 2)
    return `is for ${quoted(wildcard)}, a wildcard that is too wide to count for ${quoted(host)}`;
  return host === parent
    ? `is for ${quoted(wildcard)}, which stands for names below it and not for ${quoted(host)} itself`
    : `is for ${quoted(wildcard)}, where the * stands for one part of a name, not for ${quoted(host)}`;
}
