import { describeKills } from './kills';

describeKills('grading: killed thirty times and run again', 30, 'kill.long');
