export type { KafkaAddress, KafkaLogin } from './kafka-client.ts';
export { startKafkaIntake, type KafkaIntake, type KafkaIntakeObserver } from './kafka-intake.ts';
export { topicOf, type KafkaMode, type KafkaTopics } from './kafka-message.ts';
export { createKafkaSink, KAFKA, type KafkaSink } from './kafka-sink.ts';
export { readMessage, type ReceivedMessage } from './received-message.ts';
export { moveSinkCursor, readSinkCursor } from './sink-cursor-store.ts';
