using System.Security.Cryptography;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Backups;

internal static class FileRestorer
{
    /// <returns>false when it is there already.</returns>
    /// <exception cref="HostException">It can't be put back.</exception>
    public static bool Restore(FileItem item, string folder, IHostFiles files)
    {
        var info = new HostFileInfo(item.Path, item.Type, item.Mode, item.UserId, item.GroupId, item.Size, item.ModifiedAt, item.LinkTarget);
        if (files.Stat(item.Path) is { } present)
        {
            return present.Type == item.Type || item.Type == HostFileType.Other
                ? false
                : throw new HostException($"something else is at {item.Path}");
        }

        switch (item.Type)
        {
            case HostFileType.Directory:
                files.CreateDirectory(item.Path, item.Mode);
                break;
            case HostFileType.Symlink:
                Parent(item, files);
                files.CreateSymlink(item.Path, item.LinkTarget ?? "");
                break;
            case HostFileType.File when item.Blob is not null:
                Parent(item, files);
                var blob = $"{folder}/{item.Blob}";
                if (files.Stat(blob) is null || Convert.ToHexStringLower(SHA256.HashData(files.Read(blob, int.MaxValue))) != item.Sha256)
                {
                    throw new HostException("its content in the backup is missing or was changed");
                }

                files.Copy(blob, item.Path, item.Mode);
                break;
            default:
                throw new HostException(item.Size > 0 ? $"its {item.Size} bytes are more than a backup keeps" : "only its name was kept");
        }

        files.SetOwnership(info, item.Path);
        return true;
    }

    private static void Parent(FileItem item, IHostFiles files) => files.CreateDirectory(item.Path[..item.Path.LastIndexOf('/')], 0x1ed);
}
