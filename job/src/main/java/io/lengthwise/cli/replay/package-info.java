/** {@code replay}: compares schedules on recorded lengths, in simulated time. */
package io.lengthwise.cli.replay;
