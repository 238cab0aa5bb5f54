import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { callbackify, promisify } from 'node:util';

/** Addresses that no endpoint may have: IANA's IPv4 and IPv6 special-purpose registries, and multicast. */
const SPECIAL = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and the metadata of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocol assignments, Teredo among them: its addresses have others in them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: has an IPv4 address in it
  '3fff::/20', // documentation
] as const;

/**
 * All public IPv6 addresses are in it. So loopback, link-local, unique local and those with an IPv4 address
 * in them (mapped, compatible, NAT64) need no list.
 */
const PUBLIC_IPV6 = '2000::/3';

const special = blockList(SPECIAL);
const publicIpv6 = blockList([PUBLIC_IPV6]);

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family(network));
  }
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Whether a text is an address of the public internet, in any notation. False: also for other texts. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      return publicIpv6.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}

/** A URL's host, if it is an address and not a name. */
export function addressIn({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) ? bare : null;
}

/** The address of an endpoint is not public. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const lookupAll = promisify(lookup);
const resolveBySystem: Resolve = (hostname) => lookupAll(hostname, { all: true });

/**
 * For the `lookup` of an outgoing connection: one address that is not public refuses the name as a whole. The
 * connection goes to the address that was checked, so a DNS server cannot answer with another one later.
 *
 * A look-up keeps one of Node's four threads. So there is one look-up at a time for each name: twenty
 * deliveries to an endpoint with a broken name server use one thread and not all.
 */
export function guardedLookup(resolve: Resolve = resolveBySystem): LookupFunction {
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  const resolveOnce = (hostname: string) => {
    const known = underWay.get(hostname);
    if (known) return known;
    const asked = resolve(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, asked);
    return asked;
  };
  const resolvePublic = callbackify(async (hostname: string) => {
    const addresses = await resolveOnce(hostname);
    const [first] = addresses;
    if (first && addresses.every(({ address }) => isPublic(address))) return { first, addresses };
    throw new AddressRefused('the name leads to an address that is not public');
  });
  return (hostname, options, callback) => {
    resolvePublic(hostname, (error, found) => {
      if (error) callback(error, '', 0);
      else if (options.all) callback(null, [...found.addresses]);
      else callback(null, found.first.address, found.first.family);
    });
  };
}
