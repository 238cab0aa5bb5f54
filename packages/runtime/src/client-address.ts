import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** A balancer in front of another one is common; a longer list was made up by a client. */
const HOPS_MAX = 10;

/** Whether an address belongs to a proxy whose `X-Forwarded-For` is trusted. */
type IsTrusted = (address: string) => boolean;

const SYNTAX = 'must be addresses or networks with spaces between them, such as 10.0.0.5 172.18.0.0/16';

/** `TRUSTED_PROXIES`: addresses and networks of balancers that name their client. Default: none. */
export const trustedProxies = () =>
  z
    .string()
    .default('')
    .transform((text, { issues }): IsTrusted => {
      const list = new BlockList();
      for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
        if (!addTo(list, entry)) issues.push({ code: 'custom', message: SYNTAX, input: entry });
      }
      return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
    });

function addTo(list: BlockList, entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) {
    list.addAddress(address, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) return false;
  list.addSubnet(address, Number(bits), family);
  return true;
}

/**
 * The address of a request's client. A proxy appends the address that it saw to `X-Forwarded-For`. So the
 * list is read from its end, as far as trusted proxies wrote it: the rest is the client's own claim.
 */
export const clientAddress =
  (isTrusted: IsTrusted) =>
  ({ socket, headers }: IncomingMessage): string => {
    let address = plain(socket.remoteAddress ?? '');
    if (address === '' || !isTrusted(address)) return address;
    const forwarded = headers['x-forwarded-for'];
    const named = typeof forwarded === 'string' ? forwarded.split(',').slice(-HOPS_MAX) : [];
    for (const entry of named.toReversed()) {
      const next = plain(entry.trim());
      if (isIP(next) === 0) return address;
      address = next;
      if (!isTrusted(address)) return address;
    }
    return address;
  };

/** An IPv4 address that came by a socket of IPv6 has the form of one. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
