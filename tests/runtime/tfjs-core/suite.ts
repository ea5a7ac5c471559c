// The order matters: the runtime, then the environment that each test asks for, then the tests.
import '../../../lib/runtime';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import './environment';
import '@tensorflow/tfjs-core/dist/tests';
