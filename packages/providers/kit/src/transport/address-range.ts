import ipaddr from 'ipaddr.js';

const azureWireServer = '168.63.129.16';

/** IPv6 forms that carry an IPv4 address, by the place of its first byte: NAT64 (RFC 6052) and 6to4 (RFC 3056). */
const carriers: readonly (readonly [prefix: string, bits: number, offset: number])[] = [
  ['64:ff9b::', 96, 12],
  ['2002::', 16, 2],
];

/**
 * True for an address of the public internet. Private, loopback, link-local, carrier-grade NAT, multicast, reserved and
 * documentation ranges are not, nor is any IPv6 form that carries such an IPv4 address, nor Azure's wire server.
 */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  // ipaddr.js takes ::a.b.c.d, the deprecated IPv4-compatible form, for the mapped one; it has no public use left.
  if (!ipaddr.isValid(plain) || /^::\d+\./.test(plain)) return false;
  const parsed = ipaddr.process(plain);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.range() === 'unicast' && parsed.toString() !== azureWireServer;
  for (const [prefix, bits, offset] of carriers) {
    if (!parsed.match(ipaddr.IPv6.parse(prefix), bits)) continue;
    const [a, b, c, d] = parsed.toByteArray().slice(offset, offset + 4);
    return isPublicAddress(`${a}.${b}.${c}.${d}`);
  }
  // Everything assigned to the public internet lies in 2000::/3 (RFC 4291, section 2.4, and IANA's registry).
  return parsed.range() === 'unicast' && parsed.match(ipaddr.IPv6.parse('2000::'), 3);
}
