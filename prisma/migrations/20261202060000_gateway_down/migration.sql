-- Since when workers have found the gateway down, and until when that holds if no worker says it again.
ALTER TABLE gateway_pace ADD COLUMN down_since timestamptz(3), ADD COLUMN down_until timestamptz(3);
