/** Generation: the operators of Flink, and the engine that they submit requests to. */
package io.lengthwise.generation;
