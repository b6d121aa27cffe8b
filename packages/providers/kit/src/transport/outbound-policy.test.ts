import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './address-range.ts';
import { createOutboundPolicy } from './outbound-policy.ts';

const internal = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '::',
  '::1',
  '::127.0.0.1',
  '::8.8.8.8',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:a9fe:a9fe',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '2001::1',
  '2001:db8::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '100::1',
  '::ffff:168.63.129.16',
  'not-an-address',
  '',
];
const external = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
];

describe('isPublicAddress', () => {
  it.each(internal)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(external)('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('judges an IPv4 address and its IPv6 carriers alike', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const expected = isPublicAddress(address);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(expected);
        expect(isPublicAddress(`64:ff9b::${address}`)).toBe(expected);
        expect(isPublicAddress(`::${address}`)).toBe(false);
      }),
    );
  });
});

describe('createOutboundPolicy', () => {
  const policy = createOutboundPolicy();
  const blocked = expect.objectContaining({ code: 'LATTICE_OUTBOUND_BLOCKED' }) as Error;

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://169.254.169.254/latest',
    'http://metadata.google.internal/',
    'http://metadata/',
    'http://instance-data/',
    'http://printer.local/',
    'http://168.63.129.16/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'http://user:pass@example.com/',
  ])('a URL from a request cannot be %s', (url) => {
    expect(() => policy.checkUrl(new URL(url), 'request')).toThrow(blocked);
  });

  it.each([
    'https://example.com/',
    'http://93.184.216.34:8080/',
    'https://[2606:4700:4700::1111]/',
    'https://localhost.example.com/',
  ])('a URL from a request can be %s', (url) => {
    expect(() => policy.checkUrl(new URL(url), 'request')).not.toThrow();
  });

  it('allows base URLs of the operator as configured', () => {
    expect(() => policy.checkUrl(new URL('http://127.0.0.1:11434/'), 'operator')).not.toThrow();
    expect(() => policy.checkAddress('10.0.0.1', 'operator')).not.toThrow();
    const bound = createOutboundPolicy({ operatorBaseUrls: ['http://10.0.0.1:8000/v1'] });
    expect(() => bound.checkUrl(new URL('http://10.0.0.1:8000/v1/models'), 'operator')).not.toThrow();
    expect(() => bound.checkUrl(new URL('http://10.0.0.1:8001/v1/models'), 'operator')).toThrow(blocked);
  });

  it('judges the address a name resolved to', () => {
    expect(() => policy.checkAddress('192.168.0.1', 'request')).toThrow(blocked);
    expect(() => policy.checkAddress('8.8.8.8', 'request')).not.toThrow();
    const open = createOutboundPolicy({ allowPrivateRequestUrls: true });
    expect(() => open.checkAddress('192.168.0.1', 'request')).not.toThrow();
    expect(() => open.checkUrl(new URL('file:///x'), 'request')).toThrow(blocked);
  });

  it('refuses a base URL that is none', () => {
    expect(() => createOutboundPolicy({ operatorBaseUrls: ['nonsense'] })).toThrow(/"nonsense"/);
  });
});
