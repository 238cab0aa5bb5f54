import { Text } from '@mantine/core';

interface WhoAndWhyProps {
  readonly caller: string;
  readonly reason: string | null;
}

/** Who did it, and the reason that they gave. */
export const WhoAndWhy = ({ caller, reason }: WhoAndWhyProps) => (
  <Text span size="sm" c="dimmed" className="breakable">
    by {caller}
    {reason !== null && `: ${reason}`}
  </Text>
);
