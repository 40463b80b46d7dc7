/** Asks the served model about a prompt before its answer is scheduled. */
package io.lengthwise.generation.probe;
