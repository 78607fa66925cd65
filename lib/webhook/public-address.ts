// Which addresses a webhook may be sent to: those of the public internet. PURE. Everything else is refused, in every way of writing it:
// IANA IPv4 and IPv6 Special-Purpose Address Registries, and for IPv6 whatever is not global unicast (RFC 4291 §2.4).
import { BlockList, isIPv4, isIPv6 } from 'node:net';

const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  /** Carrier-grade NAT, RFC 6598. */
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  /** Link-local, and the metadata services of every cloud. */
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  /** Multicast; then reserved, and broadcast. */
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Within global unicast (2000::/3) what is not for everybody, or has an IPv4 address inside. */
const SPECIAL_IPV6 = [
  /** IETF protocol assignments: Teredo, benchmarking, ORCHID. */
  ['2001::', 23],
  ['2001:db8::', 32],
  /** 6to4. */
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const blocked = (subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
};

const specialIpv4 = blocked(SPECIAL_IPV4, 'ipv4');
const specialIpv6 = blocked(SPECIAL_IPV6, 'ipv6');
const globalUnicast = blocked([['2000::', 3]], 'ipv6');
const loopbackIpv4 = blocked([['127.0.0.0', 8]], 'ipv4');

/** @param address as a resolver gives it: no brackets, no zone */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialIpv4.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  return globalUnicast.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

export const isLoopback = (address: string): boolean =>
  address === '::1' || (isIPv4(address) && loopbackIpv4.check(address, 'ipv4'));
