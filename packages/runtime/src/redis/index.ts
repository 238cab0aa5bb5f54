export { openRedis, type RedisAddress, type RedisClient, redisKindOf, serversOf } from './open-redis.ts';
export { refuseWrongRedis } from './refuse-wrong-redis.ts';
