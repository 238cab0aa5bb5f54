import { hash } from 'node:crypto';
import { UUID } from 'uuidv7';

/**
 * The id of an event that is published only once: a UUIDv7 (RFC 9562, 5.7) whose first 48 bits are the time,
 * and whose others are of a hash of the name.
 *
 * @param at epoch milliseconds
 */
export function namedId(name: string, at: number): string {
  const bytes = hash('sha256', name, 'buffer').subarray(0, 16);
  bytes.writeUIntBE(at, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return UUID.ofInner(bytes).toString();
}
