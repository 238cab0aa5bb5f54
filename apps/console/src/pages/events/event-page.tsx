import { useQuery } from '@tanstack/react-query';
import { eventQuery } from '../../api/webhook-queries.ts';
import { Facts } from '../../parts/figures.tsx';
import { words } from '../../parts/format.ts';
import { Page, Section } from '../../parts/page.tsx';
import { reservationPath } from '../../parts/paths.ts';
import { Loaded } from '../../parts/states.tsx';
import { ExactTime } from '../../parts/times.tsx';
import { Link } from '../../router.tsx';
import type { PageProps } from '../../shell/routes.ts';

/** One event as it is published. */
export default function EventPage({ params: { id = '' } }: PageProps) {
  const query = useQuery(eventQuery(id));
  const { data } = query;
  return (
    <Page kind="Event" title={data ? words(data.type.split('.').at(-1) ?? data.type) : 'Event'}>
      <Loaded query={query}>
        {(event) => (
          <>
            <Section title="About it">
              <Facts
                facts={[
                  { label: 'When', value: <ExactTime at={event.time} /> },
                  { label: 'Type', value: event.type },
                  { label: 'About', value: <Subject id={id} subject={event.subject} data={event.data} /> },
                ]}
              />
            </Section>
            <Section title="Content" hint="As receivers get it">
              <pre className="raw" tabIndex={0} aria-label="Content of the event">
                {JSON.stringify(event, null, 2)}
              </pre>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

interface SubjectProps {
  readonly id: string;
  readonly subject: string;
  readonly data: object;
}

/** The reservation's timeline, where it stands among what else happened; or the name alone. */
const Subject = ({ id, subject, data }: SubjectProps) =>
  'reservation' in data ? (
    <Link to={`${reservationPath(subject)}#${id}`} className="link breakable">
      reservation {subject}
    </Link>
  ) : (
    subject
  );
