/** Which row runs next: the schedules, the admission orders and the options of the engine. */
package io.lengthwise.generation.schedule;
