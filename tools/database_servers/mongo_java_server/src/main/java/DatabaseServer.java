import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Serves an empty database in memory on 127.0.0.1 until standard input ends, as it does with the process that
 * started this.
 */
public final class DatabaseServer {
    /** The oldest version that pymongo accepts; by itself, the server claims the protocol of the one before. */
    private static final MongoVersion OLDEST =
            new MongoVersion() {
                @Override
                public List<Integer> getVersionArray() {
                    return List.of(4, 4, 0);
                }

                @Override
                public int getWireVersion() {
                    return 9;
                }
            };

    private DatabaseServer() {}

    /**
     * Prints the port once the server listens.
     *
     * @param words the port, or 0 for a free one
     * @throws IOException if standard input can't be read
     */
    public static void main(String[] words) throws IOException {
        MongoServer server = new MongoServer(new MemoryBackend().version(OLDEST));
        server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])));
        System.out.println(server.getLocalAddress().getPort());
        while (System.in.read() >= 0) {
            // Nothing is asked of it this way.
        }
        System.exit(0); // what is in memory ends with it
    }
}
