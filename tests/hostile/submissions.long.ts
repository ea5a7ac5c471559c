import { hostileSubmissions } from './submissions';
import { describeHostile } from './submissions/suite';

describeHostile('hostile submissions, all', hostileSubmissions);
