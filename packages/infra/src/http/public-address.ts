import ipaddr from 'ipaddr.js';

// IANA hands out global unicast IPv6 addresses from 2000::/3 only; what lies outside is some special purpose.
const globalUnicastIpv6 = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an IP address belongs to the public internet: not loopback, private, link-local (where clouds answer with
 * credentials), carrier-grade NAT, multicast, reserved, or a tunnel that wraps one of these. An IPv4 address inside
 * an IPv6 one is judged as the IPv4 address. False for a text that is no address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) {
    return false;
  }
  const address = ipaddr.process(text);
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(globalUnicastIpv6));
}
