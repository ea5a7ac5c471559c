import { describeKills } from './kills';

describeKills('grading: killed and run again', 5, 'kill.test');
